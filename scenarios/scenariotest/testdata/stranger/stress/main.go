// Command stress puts this project's fan-out beside the executors of the
// harness, with full reports: go run ./stress -after fetchall
package main

import (
	"fmt"
	"os"

	"example.com/stranger"

	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/stress"
)

func main() {
	mine := adapt.Map(stranger.FetchAll,
		func(i int) string { return fmt.Sprintf("https://example.com/%d", i) },
		func(text string) []byte { return []byte(text) },
		func(body []byte) string { return string(body) })
	mine.Name, mine.Doc = "fetchall", "our own fan-out of fetches"
	mine.Waivers = append(judge.WaitsForIgnoring("every fetch is a request with a context"),
		judge.LetsPanicsThrough("a panic is a bug, and must be seen")...)
	os.Exit(stress.Main(os.Args[1:], append(exhibits.Specs(), mine)...))
}
