package trial

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
)

func TestMain(m *testing.M) {
	Child()
	os.Exit(m.Run())
}

// Every case under package leak at its defaults, as users call it.
func TestAccuracy(t *testing.T) {
	outcomes, err := Run(t.Context(), taxonomy.Cases(), Options{Checkers: []Checker{Check, Repeat}})
	require.NoError(t, err)
	for _, o := range outcomes {
		for c := range o.By {
			if v, why := o.Verdict(c); v == Wrong {
				t.Errorf("%s (%s, %s) under %s: %s", o.Case.Name, o.Case.Kind, o.Case.Shows, c, why)
			}
		}
	}
}
