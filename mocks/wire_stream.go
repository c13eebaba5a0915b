package mocks

// The faults of streamed answers, besides those of every answer. A request for a whole
// answer that gets one is refused with status 400.
//
// Of the other faults, WireSlowDrip, WireHangInBody and WireTruncatedJSON cut the text of
// the stream wherever it falls, and WireWrongJSON sends a document that is no stream.
const (
	// WireStreamHangFirst sends the headers, and no event.
	WireStreamHangFirst WireFault = "stream-hang-first"
	// WireStreamHangMid sends some events and half of the next, then nothing.
	WireStreamHangMid WireFault = "stream-hang-mid"
	// WireStreamHangLast sends all events, but neither the end marker nor the end of the
	// response.
	WireStreamHangLast WireFault = "stream-hang-last"
	// WireStreamDrip sends one event at a time. For sets the time between two.
	WireStreamDrip WireFault = "stream-drip"
	// WireStreamEndless sends pieces for ever, as a model that repeats itself. For sets the
	// time between two.
	WireStreamEndless WireFault = "stream-endless"
	// WireStreamComments sends comments for ever in place of events. Gateways do so to keep
	// a connection open while a model is busy. For sets the time between two.
	WireStreamComments WireFault = "stream-comments"
	// WireStreamTruncated ends the response in the middle of an event.
	WireStreamTruncated WireFault = "stream-truncated"
	// WireStreamBadJSON sends some events, then one that is not JSON.
	WireStreamBadJSON WireFault = "stream-bad-json"
	// WireStreamNoMarker ends the response after the last event, without the end marker
	// ([DONE]).
	WireStreamNoMarker WireFault = "stream-no-marker"
	// WireStreamReset sends some events, then resets the connection (RST).
	WireStreamReset WireFault = "stream-reset"
	// WireStreamTooManyRequests sends some events, then an error as that of status 429.
	WireStreamTooManyRequests WireFault = "stream-too-many-requests"
	// WireStreamServerError sends some events, then an error as that of status 500.
	WireStreamServerError WireFault = "stream-server-error"
)

// WireStreamFaults are the wire faults that only streamed answers can have.
func WireStreamFaults() []WireFault {
	return []WireFault{WireStreamHangFirst, WireStreamHangMid, WireStreamHangLast, WireStreamDrip, WireStreamEndless,
		WireStreamComments, WireStreamTruncated, WireStreamBadJSON, WireStreamNoMarker, WireStreamReset,
		WireStreamTooManyRequests, WireStreamServerError}
}
