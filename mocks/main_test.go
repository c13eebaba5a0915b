package mocks_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(leakChildEnv) != "" {
		os.Exit(leakAndProfile())
	}
	goleak.VerifyTestMain(m)
}
