package stranger

import (
	"fmt"
	"testing"

	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios/scenariotest"
)

func TestFetchAll(t *testing.T) {
	scenariotest.TestSpec(t, adapt.Map(FetchAll,
		func(i int) string { return fmt.Sprintf("https://example.com/%d", i) },
		func(text string) []byte { return []byte(text) },
		func(body []byte) string { return string(body) }),
		scenariotest.WaitsForIgnoring("every fetch is a request with a context"),
		scenariotest.LetsPanicsThrough("a panic is a bug, and must be seen"))
}
