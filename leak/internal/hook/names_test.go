package hook

import "testing"

// A check knows the function of the test that the hook is about to call, as stacks name it.
func TestFunction(t *testing.T) {
	const want = "github.com/watertight-go/watertight/leak/internal/hook.TestFunction"
	if got := (&recorder{TB: t, function: functionOf(TestFunction)}).TestFunction(); got != want {
		t.Errorf("function of the test: got %s, want %s", got, want)
	}
}
