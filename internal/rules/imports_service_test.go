package rules

// Proving a service.
var servicePackages = []row{
	{"service/load", nil},
	{"service", imports{
		"internal/sites": "groups profiles",
		"profiles":       "the profiles",
		"service/load":   "what the clients saw",
	}},
}
