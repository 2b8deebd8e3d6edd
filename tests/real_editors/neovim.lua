-- Neovim for tests/real_editors: `liveserve lsp` for style sheets. Neovim 0.11 has vim.lsp.config, 0.8 vim.lsp.start; what
-- stands here works from 0.7 on.
local config = {
  name = 'liveserve',
  cmd = { vim.env.LIVESERVE, 'lsp' },
  root_dir = vim.env.SITE,
  flags = { debounce_text_changes = 10 },
}
local client = vim.lsp.start_client(config)

vim.api.nvim_create_autocmd('BufReadPost', {
  callback = function(event)
    vim.lsp.buf_attach_client(event.buf, client)
  end,
})
vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorMovedI' }, {
  callback = function()
    local connection = vim.lsp.get_client_by_id(client)
    if connection then
      connection.notify('liveserve/cursor', vim.lsp.util.make_position_params())
    end
  end,
})
