"""Tools of the project itself: they make the pages of the documentation that follow from the code."""
