"""Programs that set up, run and check the project; `make` lists what calls them."""
