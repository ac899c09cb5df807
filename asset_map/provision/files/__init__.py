"""What is taken away: tables, workbooks, map layers and the paper, each with an account of itself."""
