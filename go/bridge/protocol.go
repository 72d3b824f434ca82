package bridge

// The numbers of docs/abi.md, by name. The host has the same in Rust, and
// conformance/protocol.json holds the two together.

// faultKind says what became of a call that has no result.
type faultKind uint8

const (
	faultError     faultKind = 0 // the function's error result
	faultEOF       faultKind = 1 // the same, and it is io.EOF
	faultPanic     faultKind = 2 // a panic or runtime.Goexit
	faultArgument  faultKind = 3 // an argument that the host could not check
	faultClosed    faultKind = 4 // a handle that was closed
	faultMalformed faultKind = 5 // a malformed request
	faultDeadline  faultKind = 6 // the function's error result, and it says that a deadline is over
	faultResult    faultKind = 7 // a result that can't cross
	faultHost      faultKind = 8 // an exception of the host's, on its way through Go
)

var faultKinds = [...]string{
	faultError: "error", faultEOF: "eof", faultPanic: "panic", faultArgument: "argument",
	faultClosed: "closed", faultMalformed: "malformed", faultDeadline: "deadline",
	faultResult: "result", faultHost: "host",
}

// String returns the kind's name in the protocol.
func (k faultKind) String() string { return nameOf(faultKinds[:], k) }

// envelopeTag says what a response is.
type envelopeTag uint8

const (
	tagResult  envelopeTag = 0
	tagFault   envelopeTag = 1
	tagRunning envelopeTag = 2 // the call goes on
)

var envelopeTags = [...]string{tagResult: "result", tagFault: "fault", tagRunning: "running"}

// String returns the tag's name in the protocol.
func (t envelopeTag) String() string { return nameOf(envelopeTags[:], t) }

// builtin is one of the operations that every library has, by symbol index.
type builtin uint8

const (
	builtinRelease        builtin = 0
	builtinIdentity       builtin = 1
	builtinText           builtin = 2
	builtinTypeName       builtin = 3
	builtinSetEnvironment builtin = 4
	builtinLiveHandles    builtin = 5
	builtinErrorIs        builtin = 6
	builtinInvoke         builtin = 7
	builtinNotify         builtin = 8
	builtinTake           builtin = 9 // see call.take
	builtinCancel         builtin = 10
	builtinRead           builtin = 11
	builtinCell           builtin = 18
	builtinLoad           builtin = 19
	builtinStore          builtin = 20
	builtinInterfaces     builtin = 21
	builtinFields         builtin = 25
	builtinField          builtin = 26
	builtinLayouts        builtin = 42
	builtinCheckLayout    builtin = 43
	builtinParse          builtin = 27
	builtinConvert        builtin = 29
	builtinEqual          builtin = 31
	builtinHash           builtin = 32
	builtinIterate        builtin = 34
	builtinPull           builtin = 35 // see call.other
	builtinStop           builtin = 36 // see call.other
	builtinItem           builtin = 12
	builtinSetItem        builtin = 13
	builtinLength         builtin = 14
	builtinBatch          builtin = 15
	builtinCopy           builtin = 16
	builtinEdit           builtin = 17
)

var builtins = [...]string{
	builtinRelease: "release", builtinIdentity: "identity", builtinText: "text",
	builtinTypeName: "type_name", builtinSetEnvironment: "set_environment",
	builtinLiveHandles: "live_handles", builtinErrorIs: "error_is",
	builtinInvoke: "invoke", builtinNotify: "notify", builtinTake: "take",
	builtinCancel: "cancel", builtinRead: "read",
	builtinCell: "cell", builtinLoad: "load", builtinStore: "store",
	builtinLayouts: "layouts", builtinCheckLayout: "check_layout",
	builtinFields: "fields", builtinField: "field", builtinParse: "parse", builtinConvert: "convert",
	builtinEqual: "equal", builtinHash: "hash", builtinInterfaces: "interfaces",
	builtinIterate: "iterate", builtinPull: "pull", builtinStop: "stop",
	builtinItem: "item", builtinSetItem: "set_item", builtinLength: "length",
	builtinBatch: "batch", builtinCopy: "copy", builtinEdit: "edit",
}

// String returns the operation's name in the protocol.
func (b builtin) String() string { return nameOf(builtins[:], b) }

// builtinSlots is the index of the first symbol behind the builtins.
const builtinSlots = 48

// extCode is the code of a MessagePack extension type.
type extCode uint8

const (
	extHandle   extCode = 1
	extNumbers  extCode = 2
	extBorrowed extCode = 3
	extType     extCode = 4
	extComplex  extCode = 5
	extLoan     extCode = 6
	extClosed   extCode = 7
	extAbsent   extCode = 8
	extChanged  extCode = 10
	extHost     extCode = 11
	extWindow   extCode = 12
	extSized    extCode = 14
)

var extCodes = [...]string{
	extHandle: "handle", extNumbers: "numbers", extBorrowed: "borrowed", extType: "type",
	extComplex: "complex", extLoan: "loan", extClosed: "closed",
	extAbsent: "absent", extChanged: "changed",
	extHost: "host", extWindow: "window",
	extSized: "sized",
}

// String returns the code's name in the protocol.
func (c extCode) String() string { return nameOf(extCodes[:], c) }

// hostOperation is what the host is asked to do with what it holds in a slot. From
// hostMethods on it is the number of a method, counted from there.
type hostOperation uint64

const (
	hostCall    hostOperation = 0 // call it
	hostKeep    hostOperation = 1 // Go has it now
	hostRelease hostOperation = 2 // Go no longer has it
	hostReport  hostOperation = 3 // say of an exception that nobody will see it
	hostIterate hostOperation = 4 // begin to iterate over it
	hostNext    hostOperation = 5 // the next items of an iterator
	hostStop    hostOperation = 6 // end an iterator
	hostMethods hostOperation = 16
)

var hostOperations = [...]string{
	hostCall: "call", hostKeep: "keep", hostRelease: "release", hostReport: "report",
	hostIterate: "iterate", hostNext: "next", hostStop: "stop",
	hostMethods: "methods",
}

// numberKind is the kind of the items of packed numbers.
type numberKind uint8

const (
	kindInt8    numberKind = 0
	kindInt16   numberKind = 1
	kindInt32   numberKind = 2
	kindInt64   numberKind = 3
	kindUint8   numberKind = 4
	kindUint16  numberKind = 5
	kindUint32  numberKind = 6
	kindUint64  numberKind = 7
	kindFloat32 numberKind = 8
	kindFloat64 numberKind = 9
	kindInt     numberKind = 10
	kindUint    numberKind = 11
	kindUintptr numberKind = 12
)

var numberKinds = [...]string{
	"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
	"float32", "float64", "int", "uint", "uintptr",
}

// String returns Go's name of the items' type.
func (k numberKind) String() string { return nameOf(numberKinds[:], k) }

// loanKind is what lent memory stands for.
type loanKind uint8

const (
	loanBytes   loanKind = 0
	loanString  loanKind = 1
	loanNumbers loanKind = 2
)

var loanKinds = [...]string{loanBytes: "bytes", loanString: "str", loanNumbers: "numbers"}

// String returns the kind's name in the protocol.
func (k loanKind) String() string { return nameOf(loanKinds[:], k) }

// funcFlag is set in a handle to a func of no schema type: the host may call it
// by builtinInvoke.
const funcFlag = 1

// containerFlag is set in a handle to a container.
const containerFlag = 2

// pointerFlag is set in an extType payload for a pointer to the type.
const pointerFlag = 1

// Type numbers that stand for no type of the schema.
const (
	// numberUnknown is the type of a handle to a value of no schema type.
	numberUnknown = 0xffff_ffff
	// numberError is the type of an error in a dynamic value.
	numberError = 0xffff_fffe
	// Containers of these types have a number though they are not declared.
	numberAnyList = 0xffff_fffd
	numberTextMap = 0xffff_fffc
	numberAnyMap  = 0xffff_fffb
)

// depthLimit is how deep values may be nested, at both ends.
const depthLimit = 512

// nameOf returns the name of a number, if it has one.
func nameOf[N ~uint8](names []string, number N) string {
	if int(number) < len(names) && names[number] != "" {
		return names[number]
	}
	return "unknown"
}
