package scenariotest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/leak"
)

// sendsWithoutSelect is a stream of its first agent alone.
func sendsWithoutSelect(ctx context.Context, sources []adapt.Source) (<-chan string, error) {
	out := make(chan string)
	go func() {
		for text := range sources[0].Stream(ctx) {
			out <- text
		}
		close(out)
	}()
	return out, nil
}

// What is left in an agent's own code is not shown beside what a fan-out left.
func TestNotOfAgents(t *testing.T) {
	hanging := leak.Finding{Stack: "goroutine 7 [chan receive]:\n" + harness + "mocks.hangIgnoring(...)\n\t/src/mocks/hang.go:115\nexample.com/fetch.All()\n\t/home/me/fetch/all.go:24 +0x1c\n"}
	sending := leak.Finding{Stack: "goroutine 8 [chan send]:\nexample.com/fetch.send()\n\t/home/me/fetch/all.go:36 +0x1c\n" + harness + "mocks.emitEvery(0x1)\n\t/src/mocks/stream.go:108 +0x1\n"}
	require.Equal(t, []leak.Finding{sending}, notOfAgents([]leak.Finding{hanging, sending}))
	require.Equal(t, []leak.Finding{hanging}, notOfAgents([]leak.Finding{hanging}))
}
