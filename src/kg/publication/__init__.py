"""What is published beside the answers: statistics, dumps, and the description of the dataset."""
