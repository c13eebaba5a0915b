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
	{Module: "go.opentelemetry.io/collector/processor/memorylimiterprocessor", Before: "v0.91.0", After: "v0.92.0",
		Fixed: "memorylimiter.go:250", Why: "its monitor ranged over the channel of a ticker, which Stop does not close"},
	{Module: "github.com/hellofresh/health-go/v5", Before: "v5.5.4", After: "v5.5.5", Packages: ".", Run: "^TestHealthHandler$",
		Fixed: "health.go:198", Why: "the answer of a check that was too late blocked on a channel that nobody read any more"},
	{Module: "github.com/Shopify/sarama", Before: "v1.32.0", After: "v1.33.0", Packages: ".", Run: "^TestAsyncProducerIdempotentRetryCheckBatch$",
		Fixed: "async_producer.go:694", Why: "the producer of a batch that was sent again was never given back, so it never ended"},
	{Module: "go.opentelemetry.io/otel/sdk", Before: "v1.34.0", After: "v1.35.0", Packages: "./trace", Run: "^TestSimpleSpanProcessorShutdown",
		Fixed: "simple_span_processor.go:81", Why: "a Shutdown whose context ended left its helper blocked on a channel that nobody read any more"},
	{Module: "github.com/gorilla/websocket", Before: "v1.5.3", After: "v1.5.3"},
	{Module: "github.com/robfig/cron/v3", Before: "v3.0.1", After: "v3.0.1"},
	{Module: "github.com/jackc/puddle/v2", Before: "v2.2.2", After: "v2.2.2"},
	{Module: "github.com/sourcegraph/conc", Before: "v0.3.0", After: "v0.3.0"},
	{Module: "github.com/hashicorp/go-retryablehttp", Before: "v0.7.8", After: "v0.7.8"},
}
