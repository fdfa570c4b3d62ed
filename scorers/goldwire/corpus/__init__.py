"""From anchor files to the published corpus: compile, check, agreement, build, stand-off pages."""
