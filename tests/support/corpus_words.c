#include "tests/support/corpus_words.h"

/* clang-format off */
#define LIST(a) { (a), sizeof(a) / sizeof((a)[0]) }

static const char *const british_female[] = {
	"Emily|Em|Emmie", "Olivia|Liv|Livvy", "Katherine|Katie|Kate|Kathy", "Charlotte|Lottie|Charlie",
	"Elizabeth|Lizzie|Beth|Liz", "Jessica|Jess|Jessie", "Sophie|Soph", "Amelia|Millie", "Chloe",
	"Rebecca|Becky|Becca", "Hannah", "Grace|Gracie", "Lucy", "Megan|Meg", "Isabella|Bella|Izzy",
	"Lauren", "Ella", "Abigail|Abbie|Abby", "Georgia|Georgie", "Samantha|Sam|Sammy", "Amy",
	"Victoria|Vicky|Tori", "Sarah", "Laura", "Emma", "Natalie|Nat", "Alice|Ali", "Daisy",
	"Eleanor|Ellie|Nell", "Margaret|Maggie|Peggy", "Jennifer|Jenny|Jen", "Alexandra|Alex|Lexi",
	"Poppy", "Ruby", "Evie", "Phoebe", "Zoe", "Imogen|Immy", "Harriet|Hattie", "Jasmine|Jas",
	"Tracey", "Sharon|Shaz", "Donna", "Michelle|Shell", "Nicola|Nicky", "Kelly", "Stacey",
	"Susan|Sue|Susie", "Patricia|Pat|Trish", "Christine|Chris|Chrissie", "Philippa|Pippa",
	"Matilda|Tilly", "Florence|Flo|Florrie", "Rosemary|Rosie", "Beatrice|Bea|Bee", "Maisie",
	"Lacey", "Skye", "Kayleigh|Kay", "Leanne", "Demi", "Tamsin", "Zoë", "Primrose", "Ottilie",
};
static const char *const british_male[] = {
	"Jack", "Thomas|Tom|Tommy", "James|Jamie|Jim|Jimmy", "Oliver|Ollie", "William|Will|Billy|Liam",
	"Joshua|Josh", "Daniel|Dan|Danny", "George|Georgie", "Harry", "Samuel|Sam|Sammy", "Charlie",
	"Benjamin|Ben|Benji", "Joseph|Joe|Joey", "Matthew|Matt|Matty", "Luke", "Jacob|Jake",
	"Alexander|Alex|Xander|Sandy", "Ryan", "Michael|Mike|Mick|Mikey", "Robert|Rob|Bob|Bobby",
	"David|Dave|Davey", "Christopher|Chris|Kit", "Andrew|Andy|Drew", "Lewis|Lew", "Connor",
	"Nathan|Nate", "Adam", "Aaron", "Edward|Ed|Eddie|Ted", "Henry|Harry", "Alfie", "Archie",
	"Frederick|Fred|Freddie", "Richard|Rick|Dick|Richie", "Anthony|Tony|Ant", "Stephen|Steve|Ste",
	"Mark", "Paul", "Lee", "Craig", "Darren|Daz", "Gary|Gaz", "Kyle", "Jordan|Jord", "Toby", "Leo",
	"Zachary|Zac|Zak", "Theodore|Theo|Ted", "Reuben", "Kieran", "Callum|Cal", "Tyler|Ty", "Mason",
	"Jayden|Jay", "Kai", "Nicholas|Nick|Nicky", "Timothy|Tim", "Peter|Pete", "Terence|Terry",
	"Barry|Baz", "Wayne", "Dominic|Dom", "Jasper", "Rupert", "Lennox",
};
static const char *const british_surnames[] = {
	"Smith", "Jones", "Taylor", "Brown", "Wilson", "Walker", "Wright", "Robinson", "Thompson",
	"White", "Green", "Hall", "Wood", "Harris", "Clarke", "Jackson", "Turner", "Hill", "Cooper",
	"Ward", "Moore", "Clark", "Baker", "Harrison", "King", "Allen", "Cook", "Parker", "Bennett",
	"Lee", "Carter", "Shaw", "Bailey", "Marsh", "Ellis", "Mills", "Holt", "Barker", "Palmer",
	"Fletcher", "Pearson", "Webb", "Dixon", "Fisher", "Gibson", "Harvey", "Mason", "Knight",
	"Rhodes", "Booth", "Hewitt", "Fowler", "Dawson", "Lamb", "Parsons", "Kemp", "Nash", "Dyer",
	"Sutton", "Thorne", "Bird", "Stokes", "Farrow", "Gill", "Barrow", "Whitehead", "Pollard",
	"Tranter", "Hobbs", "Larkin", "Ramsden", "Sykes", "Earnshaw", "Tordoff", "Micklethwaite",
	"Postlethwaite", "Featherstone", "Higginbottom", "Oldroyd", "Penhaligon", "Trelawny",
	"Quick", "Tremaine", "Nettleship", "Blenkinsop",
};
static const char *const welsh_female[] = {
	"Megan|Meg", "Cerys", "Ffion", "Carys", "Seren", "Rhiannon|Rhi", "Bethan|Beth", "Nia",
	"Catrin|Cat", "Angharad|Harri", "Lowri", "Gwen", "Siân", "Efa", "Myfanwy|Myf", "Eleri",
};
static const char *const welsh_male[] = {
	"Rhys", "Dylan", "Owen", "Gareth|Gaz", "Ieuan", "Evan", "Llewelyn|Llew", "Dafydd|Dai", "Aled",
	"Huw", "Iestyn", "Gethin", "Emyr", "Geraint|Ger", "Tomos|Tom", "Macsen",
};
static const char *const welsh_surnames[] = {
	"Jones", "Davies", "Williams", "Evans", "Thomas", "Roberts", "Lewis", "Hughes", "Morgan",
	"Griffiths", "Edwards", "Owen", "Price", "Llewellyn", "ap Rhys", "Pryce", "Gwilym", "ab Owain",
	"Bevan", "Prosser",
};
static const char *const scottish_female[] = {
	"Eilidh", "Isla", "Kirsty|Kirst", "Mhairi", "Catriona|Cat|Trina", "Morag", "Fiona|Fi", "Ailsa",
	"Skye", "Iona", "Rhona", "Shona", "Elspeth|Elsie", "Ishbel", "Lorna", "Mairi",
};
static const char *const scottish_male[] = {
	"Callum|Cal", "Finlay|Fin", "Angus|Gus", "Fraser", "Hamish", "Ewan", "Gregor|Greg", "Duncan",
	"Malcolm|Malky", "Lachlan|Lachie", "Rory", "Alasdair|Ally", "Iain", "Murdo", "Struan", "Ruaridh",
};
static const char *const scottish_surnames[] = {
	"Campbell", "MacDonald", "Stewart", "Robertson", "Murray", "MacLeod", "McKenzie", "Fraser",
	"Ross", "Mackay", "MacLean", "Sinclair", "McIntosh", "Kerr", "Buchanan", "McAllister",
	"Drummond", "MacGillivray", "Auchterlonie", "McCorquodale",
};
static const char *const irish_female[] = {
	"Aoife", "Ciara|Keira", "Niamh|Neve", "Saoirse", "Siobhan|Shiv", "Roisin|Ro", "Sinead",
	"Caoimhe", "Orla", "Maeve", "Bridget|Bridie|Biddy", "Grainne", "Deirdre|Dee", "Eimear", "Clodagh",
	"Aisling|Ash",
};
static const char *const irish_male[] = {
	"Patrick|Paddy|Pat", "Sean", "Conor", "Cian", "Liam", "Oisin", "Declan|Dec", "Eoin", "Padraig",
	"Fionn", "Cormac", "Ruairi", "Diarmuid", "Brendan|Bren", "Tadhg", "Donnacha",
};
static const char *const irish_surnames[] = {
	"Murphy", "Kelly", "O'Brien", "Byrne", "Ryan", "O'Connor", "Walsh", "O'Neill", "Doyle",
	"McCarthy", "Gallagher", "Doherty", "Kennedy", "Lynch", "McLoughlin", "O'Sullivan", "Quinn",
	"McGuinness", "O'Shaughnessy", "Mac Giolla",
};
static const char *const jersey_female[] = {
	"Marie", "Hélène|Lena", "Solange", "Josette|Josie", "Yvonne", "Claudine", "Aimée|Amy",
	"Geneviève|Gene", "Lucille|Lucy", "Odette", "Celeste", "Margaux", "Elise", "Colette",
};
static const char *const jersey_male[] = {
	"Philippe|Phil", "Jean", "Clement", "Helier", "Edouard|Ed", "Raoul", "Pierre", "Josué", "Amice",
	"Denys", "Francis|Frank", "Renouf", "Marett", "Elie",
};
static const char *const jersey_surnames[] = {
	"Le Brun", "de Gruchy", "Le Sueur", "Renouf", "Le Marquand", "Du Feu", "Vibert", "Le Breton",
	"Querée", "Hamon", "de la Haye", "Le Feuvre", "Pallot", "Syvret", "Le Quesne", "Bisson",
};
static const char *const polish_female[] = {
	"Zuzanna|Zuza", "Julia|Julka", "Aleksandra|Ola", "Katarzyna|Kasia", "Małgorzata|Gosia", "Maja",
	"Agnieszka|Aga", "Magdalena|Magda", "Oliwia", "Wiktoria|Wika", "Joanna|Asia", "Anna|Ania",
	"Hanna|Hania", "Lena",
};
static const char *const polish_male[] = {
	"Jakub|Kuba", "Szymon", "Michał", "Mateusz", "Łukasz", "Piotr|Piotrek", "Tomasz|Tomek", "Filip",
	"Krzysztof|Krzysiek", "Wojciech|Wojtek", "Paweł", "Stanisław|Staszek", "Aleksander|Olek", "Antoni",
};
static const char *const polish_surnames[] = {
	"Nowak", "Kowalski", "Wiśniewski", "Wójcik", "Kamiński", "Lewandowski", "Zieliński", "Szymański",
	"Woźniak", "Dąbrowski", "Mazur", "Krawczyk", "Piotrowski", "Grabowski", "Pawłowski", "Chmielewski",
};
static const char *const asian_female[] = {
	"Aisha|Ayesha", "Fatima", "Zainab", "Priya", "Anjali|Anj", "Simran", "Harpreet", "Sana", "Maryam",
	"Khadija", "Nisha", "Rukhsana", "Jasleen", "Meera", "Sumaiya", "Tahmina",
};
static const char *const asian_male[] = {
	"Mohammed|Mo|Mohd", "Imran", "Arjun", "Bilal", "Hamza", "Rahul", "Gurpreet|Gurp", "Yusuf", "Haroon",
	"Ravi", "Sanjay", "Usman", "Tariq", "Jaspal", "Shafiq", "Nikhil",
};
static const char *const asian_surnames[] = {
	"Khan", "Ahmed", "Hussain", "Patel", "Singh", "Begum", "Ali", "Kaur", "Akhtar", "Shah", "Malik",
	"Chowdhury", "Mahmood", "Sharma", "Miah", "Rahman", "Iqbal", "Bhatti", "Gill", "Sandhu",
};
static const char *const arabic_female[] = {
	"Layla", "Noor", "Mariam", "Yasmin", "Huda", "Rania", "Salma", "Amal", "Dina", "Hanan",
};
static const char *const arabic_male[] = {
	"Omar", "Ahmad", "Khaled", "Hassan", "Mustafa", "Ibrahim", "Abdul Rahman", "Karim", "Samir",
	"Tarek",
};
static const char *const arabic_surnames[] = {
	"al-Hassan", "Al Masri", "Haddad", "El Sayed", "Khalil", "Saleh", "Nasser", "al-Jabouri", "Aziz",
	"Barakat", "Darwish", "bin Saeed",
};
static const char *const vietnamese_female[] = {
	"Thi Lan", "Thi Hoa", "Thi Mai", "Thi Huong", "Linh", "Thu Trang", "Thi Ngoc", "My Duyen",
};
static const char *const vietnamese_male[] = {
	"Van Minh", "Van Hung", "Duc Anh", "Quang Huy", "Van Tuan", "Thanh", "Dinh Phuc", "Hoang Nam",
};
static const char *const vietnamese_surnames[] = {
	"Nguyen", "Tran", "Le", "Pham", "Hoang", "Vu", "Dang", "Bui", "Ngo", "Duong",
};
static const char *const chinese_female[] = {
	"Xiu Ying", "Mei Ling", "Yan", "Xiaoli", "Jia Yi", "Wai Man", "Hui Min", "Lihua",
};
static const char *const chinese_male[] = {
	"Wei", "Jun Jie", "Zhi Hao", "Ka Ming", "Guoqiang", "Tao", "Chun Kit", "Xiaoming",
};
static const char *const chinese_surnames[] = {
	"Wang", "Li", "Zhang", "Chen", "Liu", "Wong", "Chan", "Zhao", "Huang", "Cheung", "Xu", "Lin",
};
static const char *const albanian_female[] = {
	"Arta", "Besarta", "Drita", "Elira", "Flutura", "Mirjeta", "Valbona", "Teuta",
};
static const char *const albanian_male[] = {
	"Agim", "Besnik", "Dritan", "Ermal", "Fatos", "Ilir", "Klodian|Kledi", "Shpëtim",
};
static const char *const albanian_surnames[] = {
	"Hoxha", "Shehu", "Dervishi", "Gjoka", "Leka", "Prifti", "Krasniqi", "Gashi", "Çela", "Marku",
};
static const char *const eritrean_female[] = {
	"Selam", "Rahwa", "Feven", "Luwam", "Miriam", "Semhar", "Winta", "Helen",
};
static const char *const eritrean_male[] = {
	"Yonas", "Filmon", "Robel", "Samuel|Sami", "Abel", "Tesfalem", "Merhawi", "Yohannes|Yonas",
};
static const char *const eritrean_surnames[] = {
	"Tesfay", "Gebremedhin", "Haile", "Berhane", "Kidane", "Weldemichael", "Mehari", "Tekle", "Habtom",
	"Ghebreyesus",
};

#define ORIGIN(word, share) \
	{ #word, (share), LIST(word##_female), LIST(word##_male), LIST(word##_surnames) }

const struct corpus_origin corpus_words_origins[CORPUS_ORIGIN_COUNT] = {
	ORIGIN(british, 66), ORIGIN(welsh, 5), ORIGIN(scottish, 7), ORIGIN(irish, 5), ORIGIN(jersey, 2),
	ORIGIN(polish, 3), ORIGIN(asian, 6), ORIGIN(arabic, 2), ORIGIN(vietnamese, 1),
	ORIGIN(chinese, 1), ORIGIN(albanian, 1), ORIGIN(eritrean, 1),
};

const struct corpus_town corpus_words_towns[CORPUS_TOWN_COUNT] = {
	{ "Leeds", "LS", 28, "england" }, { "Birmingham", "B", 48, "england" },
	{ "Manchester", "M", 35, "england" }, { "Sheffield", "S", 21, "england" },
	{ "Liverpool", "L", 38, "england" }, { "Bristol", "BS", 16, "england" },
	{ "Bradford", "BD", 24, "england" }, { "Nottingham", "NG", 17, "england" },
	{ "Leicester", "LE", 19, "england" }, { "Croydon", "CR", 8, "england" },
	{ "Ilford", "IG", 11, "england" }, { "Walthamstow", "E", 18, "england" },
	{ "Tottenham", "N", 22, "england" }, { "Lewisham", "SE", 28, "england" },
	{ "Brixton", "SW", 20, "england" }, { "Ealing", "W", 14, "england" },
	{ "Coventry", "CV", 13, "england" }, { "Hull", "HU", 17, "england" },
	{ "Stoke-on-Trent", "ST", 13, "england" }, { "Plymouth", "PL", 21, "england" },
	{ "Derby", "DE", 24, "england" }, { "Southampton", "SO", 24, "england" },
	{ "Portsmouth", "PO", 17, "england" }, { "Norwich", "NR", 16, "england" },
	{ "Luton", "LU", 7, "england" }, { "Preston", "PR", 9, "england" },
	{ "Sunderland", "SR", 8, "england" }, { "Newcastle upon Tyne", "NE", 16, "england" },
	{ "York", "YO", 26, "england" }, { "Ipswich", "IP", 16, "england" },
	{ "Exeter", "EX", 8, "england" }, { "Truro", "TR", 10, "england" },
	{ "Carlisle", "CA", 8, "england" }, { "Blackpool", "FY", 4, "england" },
	{ "Darlington", "DL", 12, "england" }, { "Doncaster", "DN", 12, "england" },
	{ "Lincoln", "LN", 6, "england" }, { "Medway", "ME", 8, "england" },
	{ "Canterbury", "CT", 6, "england" }, { "Worcester", "WR", 8, "england" },
	{ "Cardiff", "CF", 24, "wales" }, { "Swansea", "SA", 10, "wales" },
	{ "Newport", "NP", 20, "wales" }, { "Bangor", "LL", 57, "wales" },
	{ "Wrexham", "LL", 14, "wales" }, { "Aberystwyth", "SY", 23, "wales" },
	{ "Glasgow", "G", 46, "scotland" }, { "Edinburgh", "EH", 17, "scotland" },
	{ "Aberdeen", "AB", 16, "scotland" }, { "Dundee", "DD", 5, "scotland" },
	{ "Inverness", "IV", 5, "scotland" }, { "Paisley", "PA", 4, "scotland" },
	{ "Belfast", "BT", 17, "northern_ireland" }, { "Derry", "BT", 48, "northern_ireland" },
	{ "Newry", "BT", 35, "northern_ireland" }, { "Lisburn", "BT", 28, "northern_ireland" },
	{ "St Helier", "JE", 2, "jersey" }, { "St Saviour", "JE", 2, "jersey" },
	{ "St Brelade", "JE", 3, "jersey" }, { "Grouville", "JE", 3, "jersey" },
};

static const char *const surname_heads[] = {
	"Ash", "Bar", "Black", "Brad", "Brom", "Burn", "Cald", "Clay", "Crow", "Dal", "Den", "Dray",
	"East", "Ell", "Fair", "Farn", "Gran", "Gris", "Had", "Hare", "Hart", "Haw", "Hazel", "Hol", "Ing",
	"Kel", "Kirk", "Lang", "Lin", "Long", "Mar", "Mel", "Mid", "Nor", "Oak", "Os", "Pick", "Pres",
	"Rad", "Raven", "Red", "Rush", "Sal", "Sel", "Shel", "Stan", "Stock", "Swin", "Thorn", "Til",
	"Up", "Wad", "Wake", "War", "Wether", "Whit", "Wil", "Win", "Wool", "Yar",
};
static const char *const surname_tails[] = {
	"ton", "ley", "ford", "by", "field", "well", "ham", "wood", "worth", "combe", "don", "stead",
	"shaw", "man", "bridge", "burn", "bury", "croft", "den", "dale", "er", "gate", "hurst", "land",
	"low", "more", "over", "ridge", "son", "thwaite", "wick", "yard", "cott", "ingham", "stone",
};
static const char *const street_heads[] = {
	"Church", "Station", "Victoria", "Park", "Mill", "Queen", "King", "Albert", "Green", "School",
	"North", "South", "York", "Grange", "Manor", "Chapel", "New", "Springfield", "Richmond", "Windsor",
	"Highfield", "Stanley", "Cross", "Alexandra", "George", "Acorn", "Beech", "Cedar", "Elm", "Maple",
	"Hawthorn", "Rowan", "Willow", "Birch", "Poplar", "Chestnut", "Sycamore", "Laburnum", "Heather",
	"Primrose", "Lavender", "Bramble", "Fern", "Clover", "Ivy", "Kingfisher", "Heron", "Swallow",
	"Falcon", "Lark",
};
static const char *const street_tails[] = {
	"", "", "", "", "field", "side", "wood", "bank", "mead", "dale",
};
static const char *const street_kinds[] = {
	"Road", "Street", "Avenue", "Close", "Lane", "Drive", "Crescent", "Way", "Grove", "Place",
	"Terrace", "Court", "Gardens", "Walk", "Mount", "View",
};
static const char *const house_names[] = {
	"Rose Cottage", "The Old Forge", "Tŷ Gwyn", "La Rocque", "Hillcrest", "The Gables", "Bay View",
	"Les Vaux", "Craigmore", "The Lodge", "Fairways", "Maes-y-Coed",
};

const struct corpus_list corpus_words_surname_heads = LIST(surname_heads);
const struct corpus_list corpus_words_surname_tails = LIST(surname_tails);
const struct corpus_list corpus_words_street_heads = LIST(street_heads);
const struct corpus_list corpus_words_street_tails = LIST(street_tails);
const struct corpus_list corpus_words_street_kinds = LIST(street_kinds);
const struct corpus_list corpus_words_house_names = LIST(house_names);
