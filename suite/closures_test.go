package suite

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A goroutine that runs a closure of a test, or that such a closure has started, is that
// test's, also where the one that created it has ended.
func TestRunClosures(t *testing.T) {
	obs := runModule(t, "closures", Options{})
	const path = "example.com/closures "
	require.Equal(t, map[string]string{
		path + "TestAnswersTooLate":         "pass leaks",
		path + "TestClean":                  "pass",
		path + "TestHandsOn":                "pass leaks",
		path + "TestFires":                  "pass leaks",
		path + "TestNeverAnswers":           "pass leaks",
		path + "TestAnswersInTime":          "pass",
		path + "TestParallelClean":          "pass",
		path + "TestParallelAnswersTooLate": "pass leaks",
	}, outcomes(obs))
}
