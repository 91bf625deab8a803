"""Word in and out (G10): procedures that exist as .docx become drafts, and editions become .docx."""
