// Package frameworks shows package leak in the tests of other frameworks: Ginkgo, testify's
// suite, a runner in the manner of gocheck, quicktest, rapid, and the less usual kinds of
// test that package testing has. It holds tests only. Each suite runs in a child process,
// and the tests read from its output that the leaks are reported where they happened, and
// nothing else is.
package frameworks
