package main

// pair is two published versions of a module.
type pair struct {
	Module, Before, After string
	// Packages are the patterns of those that run; empty for all.
	Packages string
	// Run is the flag -run of go test; empty for all tests.
	Run string
	// Fixed is the place of a leak that the later version has mended, as file:line;
	// empty where nothing may be fixed.
	Fixed string
	// Why says what was mended.
	Why string
}

// pairs are those that mended a leak, and those that are one version twice, in which
// nothing may be fixed or new.
var pairs = []pair{
	{Module: "go.opentelemetry.io/collector/config/configtls", Before: "v1.63.0", After: "v1.64.0",
		Fixed: "clientcasfilereloader.go:97", Why: "the watcher of a file of certificates was never told to end"},
	{Module: "github.com/jonboulle/clockwork", Before: "v0.3.0", After: "v0.4.0",
		Fixed: "timer.go:80", Why: "each fake timer had a goroutine until it fired or was stopped"},
	{Module: "github.com/hashicorp/go-retryablehttp", Before: "v0.6.6", After: "v0.7.1",
		Fixed: "transport.go:2123", Why: "a test dropped its responses without closing their bodies"},
	{Module: "github.com/gorilla/websocket", Before: "v1.5.3", After: "v1.5.3"},
	{Module: "github.com/robfig/cron/v3", Before: "v3.0.1", After: "v3.0.1"},
	{Module: "github.com/jackc/puddle/v2", Before: "v2.2.2", After: "v2.2.2"},
	{Module: "github.com/sourcegraph/conc", Before: "v0.3.0", After: "v0.3.0"},
	{Module: "github.com/hashicorp/go-retryablehttp", Before: "v0.7.8", After: "v0.7.8"},
}
