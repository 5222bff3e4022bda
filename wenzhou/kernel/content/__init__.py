"""Content (内容): the base of every public page, of its pictures and of its papers."""
