#ifndef CLIENT_ANSWER_SAMPLE_H
#define CLIENT_ANSWER_SAMPLE_H
/* Answers of invented people, as docs/protocol.md has them, for the tests of this room. */

#define SAMPLE_EVIDENCE                                                                           \
	"[{\"field\":\"name\",\"asked\":\"Katie O'Brien\",\"found\":\"Kati OBrien\","             \
	"\"level\":\"edit1\",\"words\":\"one letter apart\",\"bits\":22.1,\"rarity\":3.0},"       \
	"{\"field\":\"birth\",\"asked\":\"2009-03\",\"found\":\"age about 7 at 2016-01-31\","     \
	"\"level\":\"overlap\",\"words\":\"the spans overlap\",\"bits\":4.8,\"rarity\":0},"       \
	"{\"field\":\"place\",\"asked\":\"LS1 4AB\",\"found\":\"Leeds\",\"level\":\"different\"," \
	"\"words\":\"another postcode\",\"bits\":-2.0,\"rarity\":0}]"

#define SAMPLE_CANDIDATE                                                                       \
	"{\"system\":\"helpline\",\"record_id\":\"H-1003\",\"person_id\":\"2\",\"role\":"      \
	"\"child\","                                                                           \
	"\"name\":\"Kati OBrien\",\"names\":[\"Kati OBrien\",\"Kit OBrien\"],"                 \
	"\"births\":[\"age about 7 at 2016-01-31\"],\"addresses\":[\"12 Acacia Ave, Leeds\"]," \
	"\"match_weight\":17.3,\"confidence\":0.775,\"band\":{\"from\":15,\"to\":20,\"n\":0}," \
	"\"grade\":\"probable\",\"secured\":true,\"secured_now\":true,"                        \
	"\"secured_since\":\"2026-11-23T10:15:00Z\",\"restricted\":false,"                     \
	"\"case\":{\"status\":\"closed\",\"opened\":\"2015-02-01\",\"closed\":\"2016-03-01\"," \
	"\"service\":\"Helpline\",\"nation\":\"england\"},\"prior\":-7.6,"                     \
	"\"evidence\":" SAMPLE_EVIDENCE ",\"added_later\":{\"x\":[1]}}"

#define SAMPLE_UNLIKELY                                                                          \
	"{\"system\":\"ctac\",\"record_id\":\"C-9\",\"person_id\":\"1\",\"name\":\"K. Obrian\"," \
	"\"match_weight\":5.2,\"confidence\":0.149,\"grade\":\"unlikely\",\"secured\":false}"

#define SAMPLE_COVERAGE                                                                          \
	"[{\"system\":\"helpline\",\"title\":\"Helpline and contact centre\",\"leg\":\"qa\","    \
	"\"searched\":true,\"reason\":\"\",\"generation\":1,\"as_of\":\"2026-11-20T02:00:00Z\"," \
	"\"age_hours\":80,\"stale\":false,\"records\":1130,\"people\":2251},"                    \
	"{\"system\":\"ctac\",\"title\":\"CTAC\",\"leg\":\"qa\",\"searched\":true,"              \
	"\"generation\":3,\"as_of\":\"2026-10-01T02:00:00Z\",\"age_hours\":1272,\"stale\":true," \
	"\"records\":120,\"people\":130},"                                                       \
	"{\"system\":\"childline\",\"title\":\"Childline\",\"leg\":\"childline\","               \
	"\"searched\":false,\"reason\":\"not in this leg\"}]"

#define SAMPLE_MATCH                                                                               \
	"{\"check\":\"CHK-7K3F-9QWD\",\"of\":\"\",\"leg\":\"qa\",\"reference\":\"LSCP-2026-014\"," \
	"\"asked_at\":\"2026-11-23T10:15:00Z\",\"complete\":false,"                                \
	"\"legs_missing\":[\"childline\"],\"model\":{\"name\":\"m\",\"hash\":\"ab\"},"             \
	"\"coverage\":" SAMPLE_COVERAGE ",\"people\":[{\"ref\":\"child\",\"outcome\":\"match\","   \
	"\"statement\":\"1 record at possible or better in 1 system.\","                           \
	"\"best_possible_weight\":31.2,\"would_help\":\"date of birth\","                          \
	"\"candidates_capped\":false,\"not_shown\":0,\"candidates\":[" SAMPLE_CANDIDATE            \
	"," SAMPLE_UNLIKELY "]}],"                                                                 \
	"\"households\":[{\"system\":\"helpline\",\"record_id\":\"H-1003\",\"matched\":["          \
	"{\"ref\":\"child\",\"person_id\":\"2\",\"match_weight\":17.3,\"grade\":\"probable\"},"    \
	"{\"ref\":\"mother\",\"person_id\":\"1\",\"match_weight\":14.0,\"grade\":\"possible\"}]}]" \
	","                                                                                        \
	"\"secured\":[{\"system\":\"helpline\",\"record_id\":\"H-1003\"}],\"new_field\":1}"

/* An answer to `why`: one person of the record is returned, one falls before it is compared. */
#define SAMPLE_STEPS                                                                               \
	"\"returned\":true,\"fell_at\":\"referred\",\"steps\":["                                   \
	"{\"step\":\"retrieved\",\"result\":\"passed\",\"value\":12.5,\"limit\":5,\"words\":"      \
	"\"could reach the floor\"},"                                                              \
	"{\"step\":\"shown\",\"result\":\"passed\",\"value\":3,\"limit\":50,\"words\":"            \
	"\"candidate 3\"},"                                                                        \
	"{\"step\":\"referred\",\"result\":\"failed\",\"value\":5.63,\"limit\":10,\"words\":"      \
	"\"below possible\"},"                                                                     \
	"{\"step\":\"graded\",\"result\":\"not_reached\",\"value\":null,\"limit\":null,\"words\":" \
	"\"stays below probable\"}]"
#define SAMPLE_FALLEN                                                                             \
	"{\"system\":\"helpline\",\"record_id\":\"H-1003\",\"person_id\":\"caller\",\"role\":"    \
	"\"caller\",\"name\":\"Mrs Pratt\",\"match_weight\":-15.0,\"confidence\":0.001,\"band\":" \
	"{\"from\":null,\"to\":-5,\"n\":900},\"grade\":\"none\",\"prior\":-9.4,\"evidence\":"     \
	"[{\"field\":\"name\",\"asked\":\"Katie O'Brien\",\"found\":\"Mrs Pratt\",\"level\":"     \
	"\"none\",\"words\":\"no name in "                                                        \
	"common\",\"bits\":-5.6,\"rarity\":0}],\"returned\":false,"                               \
	"\"fell_at\":\"retrieved\",\"steps\":[{\"step\":\"retrieved\",\"result\":\"failed\","     \
	"\"value\":-9.4,\"limit\":5,\"words\":\"could not reach the floor\"}]}"
#define SAMPLE_WHY_UNLIKELY                                                                       \
	"{\"system\":\"helpline\",\"record_id\":\"H-1003\",\"person_id\":\"child1\",\"role\":"    \
	"\"child\",\"name\":\"Katie OBrien\",\"match_weight\":5.6,\"confidence\":0.149,\"band\":" \
	"{\"from\":5,\"to\":10,\"n\":240},\"grade\":\"unlikely\",\"prior\":-9.4,\"evidence\":"    \
	"[{\"field\":\"name\",\"asked\":\"Katie O'Brien\",\"found\":\"Katie OBrien\",\"level\":"  \
	"\"exact\",\"words\":\"same as asked\",\"bits\":15.0,\"rarity\":-1.5}]," SAMPLE_STEPS "}"
#define SAMPLE_WHY                                                                               \
	"{\"check\":\"CHK-7K3F-9QWD\",\"leg\":\"qa\",\"reference\":\"LSCP-2026-014\","           \
	"\"asked_at\":\"2026-11-23T10:15:00Z\",\"why\":{\"system\":\"helpline\",\"record_id\":"  \
	"\"H-1003\",\"person_id\":\"\",\"on_file\":true,\"people\":2,\"superseded\":false,"      \
	"\"secured\":true,\"steps\":["                                                           \
	"{\"step\":\"searched\",\"result\":\"passed\",\"value\":null,\"limit\":null,\"words\":"  \
	"\"Helpline is searched\"},"                                                             \
	"{\"step\":\"on_file\",\"result\":\"passed\",\"value\":null,\"limit\":null,\"words\":"   \
	"\"the record is in generation 1 with 2 people\"}],\"fell_at\":\"\"},"                   \
	"\"coverage\":" SAMPLE_COVERAGE ",\"people\":[{\"ref\":\"child\",\"outcome\":\"match\"," \
	"\"best_possible_weight\":31.2,\"not_shown\":1,\"candidates\":[" SAMPLE_WHY_UNLIKELY     \
	"," SAMPLE_FALLEN "]}]}"
#define SAMPLE_WHY_NOT_ON_FILE                                                                     \
	"{\"check\":\"\",\"leg\":\"qa\",\"reference\":\"R\",\"asked_at\":\"2026-11-23T10:15:"      \
	"00Z\","                                                                                   \
	"\"why\":{\"system\":\"helpline\",\"record_id\":\"H-9\",\"on_file\":false,\"people\":0,"   \
	"\"steps\":[{\"step\":\"searched\",\"result\":\"passed\",\"words\":\"it is\"},"            \
	"{\"step\":\"on_file\",\"result\":\"failed\",\"words\":\"the record is not in generation " \
	"1\"}],"                                                                                   \
	"\"fell_at\":\"on_file\"},\"coverage\":" SAMPLE_COVERAGE                                   \
	",\"people\":[{\"ref\":\"1\",\"outcome\":\"no_trace\",\"candidates\":[]}]}"

#define SAMPLE_NO_TRACE                                                                          \
	"{\"check\":\"CHK-0000-0001\",\"leg\":\"qa\",\"reference\":\"R\","                       \
	"\"asked_at\":\"2026-11-23T10:15:00Z\",\"complete\":true,\"coverage\":"                  \
	"[{\"system\":\"helpline\",\"title\":\"Helpline\",\"searched\":true,\"generation\":1,"   \
	"\"as_of\":\"2026-11-23T09:45:00Z\",\"age_hours\":0.5,\"records\":1,\"people\":1}],"     \
	"\"people\":[{\"ref\":\"1\",\"outcome\":\"no_trace\",\"statement\":\"No record reaches " \
	"the threshold.\",\"best_possible_weight\":41.5,\"candidates\":[]}]}"

#endif
