//go:build !unix

package taxonomy

// unixLeaks need system calls that this system does not have.
var unixLeaks []Case

var stoppedInnocents, stoppedLeaks []Case
