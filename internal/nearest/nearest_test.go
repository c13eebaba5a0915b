package nearest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var scenarios = []string{
	"normal", "timeout", "cancel", "cancel-before", "cancel-ignored", "caller-deadline",
	"hang-honouring", "hang-ignoring", "panic", "goexit", "wire-cancel", "wire-reset",
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		name, got string
		known     []string
		want      []string
	}{
		{"two letters exchanged", "cancle", scenarios, []string{"cancel", "cancel-before", "cancel-ignored"}},
		{"two letters of a short name exchanged", "hnag", scenarios, []string{"hang-honouring", "hang-ignoring"}},
		{"one letter missing", "pani", scenarios, []string{"panic"}},
		{"one letter too many", "timeoutt", scenarios, []string{"timeout"}},
		{"another case", "Normal", scenarios, []string{"normal"}},
		{"a beginning", "hang", scenarios, []string{"hang-honouring", "hang-ignoring"}},
		{"a middle", "ignor", scenarios, []string{"cancel-ignored", "hang-ignoring"}},
		{"a name and more", "panic-one", scenarios, []string{"panic"}},
		{"the most similar first", "wire-reste", scenarios, []string{"wire-reset"}},
		{"the name itself", "goexit", scenarios, []string{"goexit"}},
		{"letters beyond ASCII", "größe", []string{"grösse", "größte"}, []string{"größte"}},
		{"at most three", "a", []string{"a1", "a2", "a3", "a4"}, []string{"a1", "a2", "a3"}},
		{"nothing like it", "zebra", scenarios, nil},
		{"empty", "", scenarios, nil},
		{"nothing known", "cancel", nil, nil},
		{"an empty name among the known", "cancel", []string{""}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, Names(c.got, c.known))
		})
	}
}

func TestNamesLeavesTheListAlone(t *testing.T) {
	known := []string{"b", "a"}
	Names("a", known)
	require.Equal(t, []string{"b", "a"}, known)
}

func TestUnknown(t *testing.T) {
	for _, c := range []struct {
		name, got, listing, want string
		known                    []string
	}{
		{
			"with suggestions", "cancle", "stress list shows all",
			`unknown scenario "cancle": did you mean cancel, cancel-before, cancel-ignored? (stress list shows all)`, scenarios,
		},
		{"without any", "zebra", "stress list shows all", `unknown scenario "zebra" (stress list shows all)`, scenarios},
		{"a short list", "rule", "", `unknown scenario "rule" (known: real, virtual)`, []string{"real", "virtual"}},
		{"a short list, with a suggestion", "reel", "", `unknown scenario "reel": did you mean real? (known: real, virtual)`, []string{"real", "virtual"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.EqualError(t, Unknown("scenario", c.got, c.known, c.listing), c.want)
		})
	}
}
