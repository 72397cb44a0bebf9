"""What would change a recommendation: other answers tried one at a time, through rules and costs."""
