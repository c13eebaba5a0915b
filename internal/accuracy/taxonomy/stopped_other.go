//go:build !unix

package taxonomy

var stoppedInnocents, stoppedLeaks []Case
