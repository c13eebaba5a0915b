package mocks_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if mode := os.Getenv(leakChildEnv); mode != "" {
		os.Exit(leakChild(mode))
	}
	goleak.VerifyTestMain(m)
}
