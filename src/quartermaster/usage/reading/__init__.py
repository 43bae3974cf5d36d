"""From a carrier's file in whatever form to tables of text: bounded, and nothing of it is run."""
