// Package mockrunner has the mock of executor.Runner that mockery generates, for
// tests that check single calls: which agent was called, with which input.
//
// Do not measure with it. A testify mock keeps about 385 bytes of each call, which
// look like a leak. It also prints its arguments, which is a data race if the test
// writes to them later. Use mocks.FaultRunner for that.
package mockrunner
