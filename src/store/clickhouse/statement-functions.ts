/**
 * What a person's statement may call. ClickHouse has functions that read files, dictionaries, settings and other servers,
 * and gets more of them with every version, so those are listed that only compute, by their names in lower case.
 */
const plain = `
  abs acos and array arrayall arraycompact arrayconcat arraycount arraycumsum arraydifference arraydistinct arrayelement
  arrayenumerate arrayexists arrayfilter arrayfirst arrayfirstindex arrayintersect arrayjoin arraymap arrayreverse
  arrayreversesort arrayslice arraysort arraystringconcat arraysum arrayuniq arrayzip asin assumenotnull atan bar bitand
  bitcount bitnot bitor bitshiftleft bitshiftright bittest bitxor cast ceil ceiling cityhash64 coalesce concat cos countequal
  datediff divide empty endswith equals erf exp exp10 exp2 extract extractall floor formatdatetime formatreadablesize
  formatreadablequantity formatreadabletimedelta gcd greater greaterorequals greatest has hasall hasany hex if ifnull indexof
  intdiv intdivorzero inthash32 inthash64 ipv4numtostring ipv4numtostringclassc ipv4stringtonum ipv4toipv6 ipv6numtostring
  ipv6stringtonum ipv4cidrtorange ipv6cidrtorange isfinite isinfinite isipaddressinrange isnan isnotnull isnull lcm least
  length lengthutf8 less lessorequals like ln log log10 log2 lower lowerutf8 macnumtostring match materialize minus modulo
  moduloorzero multiif multiply murmurhash3_64 negate not notempty notequals notlike now nullif or parsedatetimebesteffort pi
  plus position pow power range reinterpretasstring reinterpretasuint64 replaceall replaceone replaceregexpall
  replaceregexponce replaceregexpone reverse round rounddown roundtoexp2 runningdifference rownumberinallblocks siphash64
  sqrt splitbychar splitbystring startswith substr substring substringutf8 subtractdays subtracthours subtractminutes
  subtractmonths subtractseconds subtractweeks adddays addhours addminutes addmonths addseconds addweeks tan timeslot today
  todate todatetime todatetime64 todayofmonth todayofweek todayofyear todecimal128 todecimal64 tofixedstring tofloat32
  tofloat64 tofloat64orzero tohour toint16 toint32 toint64 toint8 tointervalday tointervalhour tointervalminute
  tointervalmonth tointervalsecond tointervalweek toisoweek toisoyear tominute tomonday tomonth toquarter torelativedaynum
  torelativehournum tosecond tostartofday tostartoffifteenminutes tostartoffiveminute tostartofhour tostartofinterval
  tostartofminute tostartofmonth tostartofquarter tostartofweek tostartofyear tostring totimezone totypename touint16
  touint32 touint64 touint64orzero touint8 tounixtimestamp toyear toyyyymm toyyyymmdd transform trim trunc tuple tupleelement
  unhex upper upperutf8 widthbucket xor yesterday fromunixtimestamp fromunixtimestamp64milli tounixtimestamp64milli
  decimal fixedstring nullable datetime datetime64
  lag lead row_number rank dense_rank first_value last_value lagnn leadinframe laginframe percent_rank
`;

const aggregates = `
  any anyheavy anylast argmax argmin avg avgweighted corr count covarpop covarsamp deltasum entropy grouparray
  groupbitand groupbitor groupbitxor groupuniqarray histogram kurtpop max maxintersections median medianexact min quantile
  quantileexact quantileexactweighted quantiles quantilesexact quantilestdigest quantiletdigest quantiletiming skewpop
  simplelinearregression stddevpop stddevsamp sum sumkahan summap sumwithoverflow topk topkweighted uniq uniqcombined
  uniqexact uniqhll12 varpop varsamp windowfunnel sequencecount sequencematch
`;

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const known: ReadonlySet<string> = new Set([...words(plain), ...words(aggregates)]);
const aggregated: ReadonlySet<string> = new Set(words(aggregates));
const combinators = /(?:if|array|distinct|ornull|ordefault)$/;

export function mayCall(name: string): boolean {
  const lower = name.toLowerCase();
  if (known.has(lower)) return true;
  return combinators.test(lower) && aggregated.has(lower.replace(combinators, ''));
}
