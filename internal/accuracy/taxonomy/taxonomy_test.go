package taxonomy

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	Child()
	os.Exit(m.Run())
}

func TestTableIsWhole(t *testing.T) {
	names := map[string]bool{}
	count := map[Kind]int{}
	for _, c := range Cases() {
		assert.NotEmpty(t, c.Name)
		assert.False(t, names[c.Name], "%s is there twice", c.Name)
		names[c.Name] = true
		assert.NotEmpty(t, c.Shows, c.Name)
		assert.NotNil(t, c.Run, c.Name)
		assert.Equal(t, c.Kind == Leak, c.Want != "", "%s: Want belongs to leaks, and to all of them", c.Name)
		count[c.Kind]++
	}
	assert.GreaterOrEqual(t, count[Leak], 50)
	assert.GreaterOrEqual(t, count[Innocent], 28)
}

// Every case at defaults, as users call the checker.
func TestAccuracy(t *testing.T) {
	outcomes, err := Run(t.Context(), Cases(), Options{Judges: []Judge{Check, Repeat}})
	require.NoError(t, err)
	for _, o := range outcomes {
		for j := range o.By {
			if v, why := o.Verdict(j); v == Wrong {
				t.Errorf("%s (%s, %s) under %s: %s", o.Case.Name, o.Case.Kind, o.Case.Shows, j, why)
			}
		}
	}
}
