package mocks_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/mocks"
)

func TestMain(m *testing.M) {
	switch os.Getenv(leakChildEnv) {
	case dropped:
		os.Exit(leakAndProfile(mocks.HangIgnoring(), "mocks.hangIgnoring", false))
	case forever:
		os.Exit(leakAndProfile(mocks.HangForever(), "mocks.hangForever", true))
	}
	goleak.VerifyTestMain(m)
}
