package reports

import (
	"github.com/watertight-go/watertight/profiles"
)

// ProfileDiff is two pprof profiles to compare. They may be of any program.
// Profiles of different kinds cannot be compared.
type ProfileDiff struct {
	// BeforeFile and AfterFile are the files that the profiles were read from.
	BeforeFile, AfterFile string
	Before, After         *profiles.Profile
	// SampleType is what to compare, as "inuse_objects". Empty means the sample
	// type that pprof shows first.
	SampleType string
}
