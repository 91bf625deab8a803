"""Editions as PDF/UA-1 (G10): contents → documents → typesetting.

| step | module |
|---|---|
| the stored HTML of an edition to a tree of plain values | `contents.py`, `images.py` |
| what surrounds it: control data, header, footer, changes | `documents.py` |
| the tree to a PDF, by Typst; what no font can show, in words | `typesetting.py`, `compiler.py`, `template.typ` |

Text reaches Typst as JSON only: it is never markup, so it can neither fail nor read a file.
"""
