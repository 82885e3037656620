#ifndef MODEL_SETS_H
#define MODEL_SETS_H
/*
 * sets: the people who are asked about in histories, as JSON lists; of the exports of prepare.sh.
 */
static const char *const sets[] = {
	/* In a case of Children's Services, which is secured. */
	"[{\"names\":[{\"forenames\":\"Katherine "
	"Anne\",\"surname\":\"O'Brien\"}],\"births\":[\"2009-03-"
	"04\"],\"addresses\":[{\"text\":\"12 Acacia Avenue\",\"town\":\"Leeds\",\"postcode\":\"LS8 "
	"4AB\"}]}]",
	/* Perhaps in the Helpline's records. */
	"[{\"names\":[{\"forenames\":\"Maisie\",\"surname\":\"Leadbetter\"}],\"births\":[\"2010-"
	"07\"]}]",
	/* Nowhere. */
	"[{\"names\":[{\"forenames\":\"Zebulon\",\"surname\":\"Quizzenthwaite\"}],\"births\":["
	"\"2013-11-"
	"19\"],\"addresses\":[{\"text\":\"99 Quux Road\",\"town\":\"Penzance\",\"postcode\":\"TR18 "
	"9ZZ\"}]}]",
	/* The first with her mother. */
	"[{\"names\":[{\"forenames\":\"Katherine "
	"Anne\",\"surname\":\"O'Brien\"}],\"births\":[\"2009-03-"
	"04\"],\"addresses\":[{\"text\":\"12 Acacia Avenue\",\"town\":\"Leeds\",\"postcode\":\"LS8 "
	"4AB\"}]},{\"names\":[{\"forenames\":\"Siobhan\",\"surname\":\"O'Brien\"}],\"phones\":["
	"\"07700 "
	"900142\"]}]",
	/* Too little to find anybody by. */
	"[{\"addresses\":[{\"town\":\"Leeds\"}]}]",
	/* In the Helpline's records until world 2. */
	"[{\"names\":[{\"forenames\":\"Callum\",\"surname\":\"Netherton\"}],\"births\":[\"2007-10-"
	"09\"],"
	"\"addresses\":[{\"text\":\"62 Elmfield "
	"Gardens\",\"town\":\"Edinburgh\",\"postcode\":\"EH11 "
	"9ED\"}]}]",
	/* In Childline's from world 3. */
	"[{\"names\":[{\"kind\":\"known_as\",\"full\":\"Kestrel\"}],\"births\":[\"age 13 at "
	"2024-05-18\"],"
	"\"addresses\":[{\"town\":\"St Helier\"}]}]",
};

#endif
