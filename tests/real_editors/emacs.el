;;; emacs.el --- Emacs for tests/real_editors: eglot and liveserve lsp  -*- lexical-binding: t -*-

(package-initialize) ; where Debian has eglot
(require 'eglot)
(setq make-backup-files nil
      create-lockfiles nil
      native-comp-async-report-warnings-errors nil
      eglot-send-changes-idle-time 0.02)
(add-to-list 'eglot-server-programs
             (cons 'css-mode (list (getenv "LIVESERVE") "lsp")))
(add-hook 'css-mode-hook #'eglot-ensure)

(defun test-open (file)
  "Open FILE as a person does, and connect."
  (set-window-buffer (selected-window) (find-file-noselect file))
  (set-buffer (window-buffer))
  (unless (eglot-managed-p)
    (apply #'eglot (eglot--guess-contact)))
  (eglot-managed-p))

(defun test-serve (socket)
  "Take commands of the test at SOCKET."
  (require 'server)
  (setq server-socket-dir (file-name-directory socket)
        server-name (file-name-nondirectory socket))
  (server-start))
