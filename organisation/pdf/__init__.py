"""Sheets of paper as PDF/UA-1 (G10): plain values to a file, by Typst. For everything that is printed.

| step | module |
|---|---|
| what surrounds what is said: the frame of every page, the words of the template | `frame.py` |
| pictures, made fit for paper | `pictures.py` |
| the values to a PDF; what no font can show, in words | `typesetting.py`, `compiler.py`, `template.typ` |

Text reaches Typst as JSON only: it is never markup, so it can neither fail nor read a file.
"""
