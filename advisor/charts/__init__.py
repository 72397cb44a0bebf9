"""Charts as SVG text, drawn from plain values: nothing here knows what is being charted, or where it comes from.

`scale`, `lettering`, `style` and `svg` are the ground; `frame` opens a chart; `line`, `bar`, `diverging` and `track`
each draw one kind of it.
"""
