"""What the charts of a document show: amounts and reasons of an assessment, as values that can be drawn."""
