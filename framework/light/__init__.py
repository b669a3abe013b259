"""The traffic light: `classification` applies the rule, `explain` puts what it says into words."""
