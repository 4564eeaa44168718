"""What is done with a trained network: who speaks, which word, who snores, who spoke when."""
