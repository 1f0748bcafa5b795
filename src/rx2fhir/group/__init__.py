"""Stage 2, grouping: which strength, dose, frequency and duration belong to which drug, and to which dosage of it."""
