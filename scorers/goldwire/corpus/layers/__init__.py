"""The four anchor files of a page, one module a layer; each reads what the layers before it found."""
