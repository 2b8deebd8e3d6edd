;;; emacs.el --- Emacs for tests/editors: eglot and liveserve lsp  -*- lexical-binding: t -*-

(require 'eglot)
(setq make-backup-files nil
      create-lockfiles nil
      eglot-send-changes-idle-time 0.02)
(add-to-list 'eglot-server-programs
             (cons 'css-mode (list (getenv "LIVESERVE") "lsp")))
(add-hook 'css-mode-hook #'eglot-ensure)

(defun test-open (file)
  "Open FILE as a person does, and connect."
  (switch-to-buffer (find-file-noselect file))
  (unless (eglot-managed-p)
    (apply #'eglot (eglot--guess-contact)))
  (eglot-managed-p))

(defun test-type (text)
  "Insert TEXT at the end of the document, as keys do."
  (with-current-buffer (car (buffer-list))
    (goto-char (point-max))
    (insert text)))
