// Package bench holds the Go benchmarks of the executors. Their output is the
// standard format, so that benchstat reads it. A figure means something only
// as a ratio to the floor of the same run: a WaitGroup over a pre-sized slice,
// with no context, no timeout, no map and no recovery.
package bench
