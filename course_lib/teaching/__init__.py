"""What only a notebook needs: pictures, live parts, guesses, exercises, questions, and what the reader has done."""
