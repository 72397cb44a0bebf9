"""The HTML page of a document: the markdown, read and put into a shell."""
