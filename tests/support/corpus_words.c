#include "tests/support/corpus_words.h"

#include "tests/support/corpus_edit.h"

/* clang-format off */
#define LIST(a) { (a), sizeof(a) / sizeof((a)[0]) }

static const char *const english_female[] = {
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
static const char *const english_male[] = {
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
static const char *const english_surnames[] = {
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

static const char *const madeiran_female[] = {
	"Maria", "Ana", "Sofia", "Catarina|Cati", "Fátima", "Inês", "Beatriz|Bia", "Conceição|São",
	"Lurdes", "Graça", "Carolina|Carol", "Mónica", "Filomena", "Débora", "Leonor", "Matilde",
};
static const char *const madeiran_male[] = {
	"João", "José|Zé", "Manuel|Manny|Nelo", "António|Tony", "Carlos", "Rui", "Nuno", "Tiago", "Duarte",
	"Agostinho", "Paulo", "Diogo", "Gonçalo", "Hélder", "Simão", "Vasco",
};
static const char *const madeiran_surnames[] = {
	"de Freitas", "Gouveia", "Fernandes", "Rodrigues", "da Silva", "Gonçalves", "Pereira", "de Sousa",
	"Abreu", "Vieira", "Nóbrega", "Teixeira", "Mendonça", "dos Santos", "Camacho", "Spínola", "Figueira",
	"Pestana",
};
static const char *const romanian_female[] = {
	"Elena|Lena", "Ioana", "Andreea", "Mihaela|Miha", "Cristina|Cris", "Alexandra|Alexa", "Gabriela|Gabi",
	"Roxana", "Bianca", "Ștefania|Ștefi", "Loredana", "Denisa", "Simona", "Raluca", "Larisa", "Florentina",
};
static const char *const romanian_male[] = {
	"Andrei", "Ionuț|Ion", "Mihai|Misu", "Cristian|Cristi", "Alexandru|Alex", "Florin", "Vasile",
	"Ștefan", "Gheorghe|Gigi", "Bogdan", "Răzvan", "Cătălin", "Marius", "Sorin", "Darius", "Robert|Robi",
};
static const char *const romanian_surnames[] = {
	"Popescu", "Ionescu", "Radu", "Stoica", "Dumitru", "Ciobanu", "Munteanu", "Lăcătuș", "Petrescu",
	"Constantinescu", "Bălan", "Rusu", "Țăranu", "Vlăduț", "Mocanu", "Georgescu", "Căldăraru", "Dinu",
};
static const char *const lithuanian_female[] = {
	"Rasa", "Inga", "Kristina|Kristė", "Eglė", "Agnė", "Rūta", "Austėja", "Gabija|Gabė", "Ugnė", "Jurgita",
	"Živilė", "Monika", "Viktorija|Vika", "Emilija",
};
static const char *const lithuanian_male[] = {
	"Mantas", "Lukas", "Tomas", "Vytautas|Vytas", "Darius", "Mindaugas", "Rokas", "Matas", "Domantas",
	"Gintaras", "Šarūnas", "Žygimantas|Žygis", "Paulius", "Nojus",
};
static const char *const lithuanian_surnames[] = {
	"Kazlauskas", "Petrauskas", "Jankauskas", "Stankevičius", "Vasiliauskas", "Žukauskas", "Butkus",
	"Paulauskas", "Urbonas", "Kavaliauskas", "Navickas", "Ramanauskas", "Šimkus", "Balčiūnas",
};
static const char *const pakistani_female[] = {
	"Aisha|Ashi", "Fatima", "Zainab", "Maryam", "Sana", "Rukhsana", "Khadija", "Saima", "Nazia", "Hafsa",
	"Mehwish", "Shabana", "Iqra", "Sumera", "Noreen", "Zara", "Bushra", "Tayyaba",
};
static const char *const pakistani_male[] = {
	"Mohammed|Mo|Mohd", "Imran|Immy", "Bilal", "Hamza|Hamz", "Haroon", "Usman", "Tariq", "Shafiq", "Adeel",
	"Zeeshan|Zee", "Waqas", "Faisal", "Nadeem", "Kashif", "Shahid", "Junaid", "Saqib", "Tanveer",
};
static const char *const pakistani_surnames[] = {
	"Khan", "Hussain", "Ahmed", "Ali", "Mahmood", "Iqbal", "Akhtar", "Malik", "Shah", "Bhatti", "Butt",
	"Mirza", "Qureshi", "Rafiq", "Sheikh", "Zaman", "Chaudhry", "Raja", "Parveen", "Siddiqui",
};
static const char *const bangladeshi_female[] = {
	"Fatema", "Rahima", "Nazma", "Tahmina", "Sumaiya|Sumi", "Shirin", "Rehana", "Nusrat", "Farzana",
	"Taslima", "Jannatul|Jannat", "Moriom", "Shahana", "Ruksana", "Habiba",
};
static const char *const bangladeshi_male[] = {
	"Abdul", "Mohammed|Md|Mo", "Rahim", "Kamal", "Jamal", "Shafiqul", "Tariqul", "Mizanur|Mizan", "Nurul",
	"Rezaul", "Foysal", "Shahin", "Tanvir", "Ashraful", "Mahbub",
};
static const char *const bangladeshi_surnames[] = {
	"Begum", "Miah", "Uddin", "Islam", "Rahman", "Khatun", "Hoque", "Chowdhury", "Khanam", "Alam", "Sarker",
	"Choudhury", "Kabir", "Bibi", "Mondal", "Talukder",
};
static const char *const indian_female[] = {
	"Priya", "Anjali|Anj", "Bhavna", "Hema", "Nisha", "Meera", "Kavita", "Daksha", "Jyoti", "Pooja", "Rekha",
	"Sonal", "Diya", "Aarohi", "Hansa", "Krupa",
};
static const char *const indian_male[] = {
	"Arjun", "Rahul", "Ravi", "Sanjay|Sanj", "Nikhil|Nik", "Amit", "Bhavesh", "Jignesh|Jig", "Rajesh|Raj",
	"Vijay", "Hitesh", "Krishan|Krish", "Dhruv", "Kiran", "Mahesh", "Vivek",
};
static const char *const indian_surnames[] = {
	"Patel", "Shah", "Mistry", "Desai", "Mehta", "Parmar", "Chauhan", "Solanki", "Joshi", "Sharma", "Gupta",
	"Iyer", "Bhatt", "Trivedi", "Rathod", "Lakhani",
};
static const char *const sikh_female[] = {
	"Simran|Sim", "Harpreet|Harps", "Jasleen|Jas", "Gurpreet", "Manpreet|Manny", "Kiranjit|Kiran",
	"Balwinder", "Sukhvinder|Sukhi", "Amrit", "Navdeep|Nav", "Ravneet", "Kulwinder", "Jaspreet|Jas",
	"Parminder|Pam",
};
static const char *const sikh_male[] = {
	"Gurpreet|Gurp", "Jaspal", "Harjit|Harj", "Amandeep|Aman", "Sukhdeep|Sukh", "Rajinder|Raj", "Mandeep",
	"Ranjit", "Kulbir", "Baldev", "Parmjit|Pam", "Satnam", "Tejinder|Tej", "Inderjit|Inder",
};
static const char *const sikh_surnames[] = {
	"Singh", "Kaur", "Gill", "Sandhu", "Dhillon", "Sidhu", "Grewal", "Dhaliwal", "Bains", "Johal", "Atwal",
	"Sahota", "Purewal", "Rai",
};
static const char *const tamil_female[] = {
	"Kavitha", "Shanthi", "Malathi", "Vasanthi", "Nirmala", "Tharani", "Abirami|Abi", "Thulasi", "Yalini",
	"Mathusha", "Sinthuja", "Priyanka",
};
static const char *const tamil_male[] = {
	"Suresh", "Sivakumar|Siva", "Rajan", "Ganesh", "Murugan", "Prashanth", "Kajan", "Thusyanthan|Thusy",
	"Vithuran", "Nishanthan|Nishan", "Aravinth", "Sanjeevan",
};
static const char *const tamil_surnames[] = {
	"Nadarajah", "Selvarajah", "Thambiah", "Sivapalan", "Kandasamy", "Rajaratnam", "Kanagasabai",
	"Balasingham", "Yogarajah", "Thevarajah", "Arulanantham", "Mahendran", "Paramsothy", "Ratnasingam",
};
static const char *const somali_female[] = {
	"Amina", "Halima", "Hodan", "Ayan", "Asha", "Sahra", "Fadumo|Faduma", "Hibaq|Hiba", "Ifrah", "Nasteho",
	"Ubah", "Zamzam", "Sagal", "Ikram",
};
static const char *const somali_male[] = {
	"Mohamed|Mo", "Abdi", "Abdullahi|Abdi", "Yusuf", "Hussein", "Jama", "Warsame", "Farah", "Abdirahman|Abdi",
	"Liban", "Guled", "Mahad", "Ismail", "Osman", "Bashir", "Nuur",
};
static const char *const somali_surnames[] = {
	"Mohamed", "Ali", "Hassan", "Abdi", "Hussein", "Omar", "Jama", "Warsame", "Farah", "Abdullahi", "Hersi",
	"Nur", "Dirie", "Aden", "Elmi", "Samatar",
};
static const char *const nigerian_female[] = {
	"Folake", "Funmilayo|Funmi", "Yetunde", "Titilayo|Titi", "Oluwaseyi|Seyi", "Ngozi", "Chioma", "Adaeze|Ada",
	"Blessing", "Omolara|Lara", "Ifeoma|Ify", "Damilola|Dami", "Temitope|Temi", "Amarachi|Amara", "Ebele",
};
static const char *const nigerian_male[] = {
	"Oluwaseun|Seun", "Babatunde|Tunde", "Adebayo|Bayo", "Chukwuemeka|Emeka", "Ayodeji|Deji", "Olumide|Olu",
	"Chinedu|Nedu", "Obinna|Obi", "Kayode", "Ikechukwu|Ike", "Oluwatobi|Tobi", "Femi", "Uchenna|Uche",
	"Segun", "Damilare|Dare",
};
static const char *const nigerian_surnames[] = {
	"Adeyemi", "Okafor", "Okonkwo", "Balogun", "Eze", "Nwosu", "Ogunleye", "Okoro", "Adewale", "Afolabi",
	"Onyekachi", "Oyelaran", "Akinola", "Chukwu", "Bankole", "Nnamdi", "Olatunji", "Umeh",
};
static const char *const ghanaian_female[] = {
	"Akosua", "Adwoa", "Abena", "Akua", "Yaa", "Afia", "Ama", "Esi", "Efua", "Comfort", "Mercy", "Gifty",
	"Maame", "Naana",
};
static const char *const ghanaian_male[] = {
	"Kwame", "Kofi", "Kwabena", "Kwaku", "Yaw", "Kwasi", "Kojo", "Emmanuel|Manny", "Nana", "Prince", "Ebenezer|Eben",
	"Fiifi", "Papa", "Kwadwo",
};
static const char *const ghanaian_surnames[] = {
	"Mensah", "Owusu", "Boateng", "Osei", "Asante", "Appiah", "Agyemang", "Addo", "Ansah", "Antwi", "Quaye",
	"Amponsah", "Ofori", "Darko", "Tetteh", "Gyasi",
};
static const char *const caribbean_female[] = {
	"Beverley|Bev", "Yvonne", "Marcia", "Paulette", "Shanice|Shan", "Chanel", "Tamara", "Keisha", "Latoya",
	"Simone", "Jada", "Shanelle", "Natasha|Tash", "Aaliyah",
};
static const char *const caribbean_male[] = {
	"Winston", "Delroy|Del", "Leroy", "Errol", "Tyrone|Ty", "Jermaine|Jay", "Dwayne", "Marlon", "Tyrell|Ty",
	"Kieron", "Jerome", "Reuel", "Malachi|Mal", "Devonte",
};
static const char *const caribbean_surnames[] = {
	"Campbell", "Brown", "Grant", "Clarke", "Francis", "Gordon", "Bailey", "Reid", "Samuels", "Powell",
	"Morgan", "Pinnock", "Blackwood", "Hylton", "Dacres", "Facey",
};
static const char *const kurdish_female[] = {
	"Zahra", "Shirin", "Shilan", "Nasrin", "Parwin", "Fereshta", "Maryam", "Roya", "Soma", "Avin", "Rojin",
	"Niloufar|Nilo", "Laleh", "Hawzhin",
};
static const char *const kurdish_male[] = {
	"Reza", "Hamid", "Farhad", "Karwan", "Rebin", "Hiwa", "Soran", "Azad", "Dilshad", "Rahmatullah", "Najib",
	"Sardar", "Behrouz", "Zalmay", "Rebwar", "Aram",
};
static const char *const kurdish_surnames[] = {
	"Ahmadi", "Hosseini", "Mohammadi", "Rahimi", "Karimi", "Noori", "Nazari", "Rezaei", "Stanekzai", "Barzani",
	"Amiri", "Qaderi", "Zadran", "Salih", "Hamidi", "Yousafzai",
};
static const char *const roma_female[] = {
	"Marcela", "Renáta", "Jolana", "Magdaléna|Magda", "Žaneta", "Vanesa", "Nikola", "Sabina", "Erika", "Denisa",
	"Ľudmila|Ľuda", "Margita",
};
static const char *const roma_male[] = {
	"Jozef|Jožko", "Ladislav|Laci", "Milan", "Tibor", "Dezider|Dežo", "Rudolf|Rudo", "Marcel", "Koloman",
	"Kevin", "Denis", "Július", "Šimon",
};
static const char *const roma_surnames[] = {
	"Horváth", "Balog", "Mirga", "Giňa", "Dunka", "Tancoš", "Bandy", "Kroščen", "Lakatoš", "Červeňák",
	"Oláh", "Gábor", "Pompa", "Kováč",
};
static const char *const ukrainian_female[] = {
	"Oksana", "Olena|Lena", "Nataliya|Natasha", "Anastasiya|Nastya", "Yuliya|Yulia", "Kateryna|Katya", "Iryna|Ira",
	"Svitlana|Sveta", "Darya|Dasha", "Sofiya", "Zlata", "Polina",
};
static const char *const ukrainian_male[] = {
	"Oleksandr|Sasha", "Dmytro|Dima", "Mykola|Kolya", "Serhiy", "Andriy", "Bohdan", "Volodymyr|Vova", "Yuriy|Yura",
	"Maksym|Max", "Artem", "Taras", "Mykhailo|Misha",
};
static const char *const ukrainian_surnames[] = {
	"Shevchenko", "Kovalenko", "Bondarenko", "Tkachenko", "Melnyk", "Boyko", "Kravchenko", "Savchuk",
	"Zakharchenko", "Hrytsenko", "Moroz", "Lysenko", "Yakovenko", "Khomenko", "Petrov", "Ivanov",
};

#define ORIGIN(word, share, scripts) \
	{ #word, (share), (scripts), LIST(word##_female), LIST(word##_male), LIST(word##_surnames) }

const struct corpus_origin corpus_words_origins[CORPUS_ORIGIN_COUNT] = {
	ORIGIN(english, 390, 0), ORIGIN(welsh, 50, 0), ORIGIN(scottish, 60, 0), ORIGIN(irish, 45, 0),
	ORIGIN(jersey, 15, 0), ORIGIN(madeiran, 20, 0), ORIGIN(polish, 40, CORPUS_SCRIPT_POLISH),
	ORIGIN(romanian, 25, CORPUS_SCRIPT_ROMANIAN), ORIGIN(lithuanian, 20, CORPUS_SCRIPT_ROMANIAN),
	ORIGIN(pakistani, 40, CORPUS_SCRIPT_ARABIC), ORIGIN(bangladeshi, 25, CORPUS_SCRIPT_ARABIC),
	ORIGIN(indian, 25, CORPUS_SCRIPT_INDIAN), ORIGIN(sikh, 20, CORPUS_SCRIPT_INDIAN),
	ORIGIN(tamil, 15, CORPUS_SCRIPT_INDIAN), ORIGIN(somali, 25, CORPUS_SCRIPT_ARABIC),
	ORIGIN(eritrean, 20, CORPUS_SCRIPT_ETHIOPIC), ORIGIN(nigerian, 25, CORPUS_SCRIPT_AFRICAN),
	ORIGIN(ghanaian, 15, CORPUS_SCRIPT_AFRICAN), ORIGIN(caribbean, 20, 0),
	ORIGIN(arabic, 25, CORPUS_SCRIPT_ARABIC), ORIGIN(kurdish, 20, CORPUS_SCRIPT_ARABIC),
	ORIGIN(chinese, 20, CORPUS_SCRIPT_CHINESE), ORIGIN(vietnamese, 15, CORPUS_SCRIPT_VIETNAMESE),
	ORIGIN(albanian, 20, CORPUS_SCRIPT_ALBANIAN), ORIGIN(roma, 10, CORPUS_SCRIPT_ROMANIAN),
	ORIGIN(ukrainian, 15, CORPUS_SCRIPT_CYRILLIC),
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
	"North", "South", "York", "Grange", "Manor", "Chapel", "New", "Castle", "Richmond", "Windsor",
	"Orchard", "Stanley", "Cross", "Alexandra", "George", "Acorn", "Beech", "Cedar", "Elm", "Maple",
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

/* Short forms of names that the lists above do not hold or give too few for: how an asker, a child
 * or a neighbour would say them. The first of each is the name. */
static const char *const short_forms[] = {
	"Abdulrahman|Abdul|Abs", "Abdullah|Abdul|Abs", "Abigail|Abbie|Abby|Gail", "Adrian|Ade", "Agnes|Aggie",
	"Alan|Al", "Albert|Bert|Albie", "Alastair|Ally", "Alfred|Alf|Alfie|Fred", "Alison|Ali", "Amanda|Mandy",
	"Anastasia|Ana|Stacy|Nastia", "Andrea|Andie", "Angela|Angie|Ange", "Annabelle|Bella|Anna", "Antonia|Toni",
	"Antony|Tony|Ant", "Arabella|Bella", "Archibald|Archie", "Arthur|Art|Artie", "Ashleigh|Ash", "Ashley|Ash",
	"Augustus|Gus", "Barbara|Barb|Babs", "Bartholomew|Bart", "Bernadette|Bernie", "Bethany|Beth", "Bradley|Brad",
	"Brandon|Bran", "Bronwen|Bron", "Cameron|Cam", "Caroline|Caz|Carrie", "Cassandra|Cass|Cassie",
	"Catherine|Cath|Cathy|Kate|Katie", "Charles|Charlie|Chas|Chaz", "Christian|Chris", "Christina|Chrissy|Tina",
	"Christine|Chris|Chrissie", "Clarissa|Clary", "Clifford|Cliff", "Constance|Connie", "Cordelia|Delia",
	"Cornelius|Con|Neil", "Cynthia|Cindy", "Danielle|Dani|Danni", "Deborah|Debbie|Debs", "Denise|Den",
	"Desmond|Des", "Donald|Don|Donnie", "Dorothy|Dot|Dotty|Dolly", "Douglas|Doug|Dougie", "Edmund|Ed|Ned",
	"Edwin|Ed", "Eileen|Eily", "Elisabeth|Lisa|Beth|Betty", "Ella-Mae|Ella", "Emmanuel|Manny", "Ernest|Ernie",
	"Esther|Essie", "Evelyn|Evie", "Ezekiel|Zeke", "Felicity|Flick|Fliss", "Fergus|Fergie", "Francesca|Fran|Frankie",
	"Frances|Fran|Frankie", "Francis|Frank|Frankie", "Gabriel|Gabe", "Gabriella|Gabby|Ella", "Gabrielle|Gabby",
	"Geoffrey|Geoff", "Georgina|Georgie|Gina", "Gerald|Gerry", "Gerard|Gerry|Ged", "Gillian|Gill|Jill", "Gordon|Gord",
	"Graham|Gray", "Gregory|Greg", "Gwendolyn|Gwen", "Harold|Harry|Hal", "Harrison|Harry", "Helena|Lena|Nell",
	"Henrietta|Hettie|Etta", "Hilary|Hils", "Humphrey|Hum", "Imelda|Mel", "Isabel|Izzy|Belle", "Isabelle|Izzy|Belle",
	"Isobel|Izzy|Bel", "Isaac|Ike|Zac", "Jacqueline|Jackie|Jacqui", "Jaqueline|Jackie", "Jane|Janey", "Janet|Jan",
	"Janice|Jan", "Jayne|Janey", "Jeffrey|Jeff", "Jemima|Mima|Jem", "Jeremiah|Jerry|Jem", "Jeremy|Jem|Jez",
	"Jerome|Jerry", "Joan|Joanie", "Joanna|Jo|Joey", "Joanne|Jo", "Jocelyn|Joss", "John|Johnny|Jack",
	"Jonathan|Jon|Jonny", "Jonathon|Jon|Jonny", "Josephine|Jo|Josie", "Judith|Judy|Jude", "Julian|Jules",
	"Julie|Jules", "Juliette|Jules", "Karen|Kaz", "Kathleen|Kath|Kathy|Kay", "Kathryn|Kath|Katie|Kate", "Katrina|Kat|Trina",
	"Keith|Keef", "Kenneth|Ken|Kenny", "Kimberley|Kim|Kimmy", "Kimberly|Kim", "Kristina|Kris|Tina", "Kristopher|Kris",
	"Lawrence|Larry|Laurie|Loz", "Leonard|Len|Lenny|Leo", "Leonora|Nora|Leo", "Leopold|Leo", "Leslie|Les", "Lesley|Les",
	"Lillian|Lily|Lil", "Linda|Lin|Lindy", "Lorraine|Lori|Raine", "Louisa|Lou|Lulu", "Louise|Lou", "Lucinda|Lucy|Cindy",
	"Luke|Lukey", "Lydia|Lyd", "Lynette|Lyn", "Madeleine|Maddie|Maddy", "Madeline|Maddie", "Madison|Maddie|Maddy",
	"Magdalena|Magda|Lena", "Marcus|Marc", "Margery|Marge", "Marguerite|Margot", "Marianne|Mari", "Marilyn|Maz",
	"Marjorie|Marge|Margie", "Martha|Marty|Mattie", "Martin|Marty", "Mary|Molly|Polly|May", "Maureen|Mo|Maur",
	"Maurice|Mo", "Maximilian|Max", "Maxine|Max", "Maxwell|Max", "Melanie|Mel", "Melissa|Mel|Lissa", "Mercedes|Mercy",
	"Michaela|Mickey|Kayla", "Mildred|Millie", "Millicent|Millie", "Miranda|Mandy|Randa", "Mitchell|Mitch",
	"Mohamed|Mo", "Mohammad|Mo|Mohd", "Moses|Mo", "Muhammad|Mo|Mohd", "Mustafa|Mus|Muzz", "Myrtle|Myrt",
	"Nathaniel|Nat|Nate", "Nathanial|Nat|Nate", "Natasha|Tasha|Tash", "Neville|Nev", "Norman|Norm", "Olivier|Ollie",
	"Ophelia|Phil", "Oscar|Ozzy", "Oswald|Oz|Ozzie", "Pamela|Pam", "Patience|Pat", "Patricia|Pat|Trish|Tricia|Patsy",
	"Pauline|Paul|Polly", "Penelope|Penny|Pen", "Percival|Percy", "Peregrine|Perry", "Persephone|Percy|Seph",
	"Philip|Phil|Pip", "Phillip|Phil", "Phyllis|Phyl", "Priscilla|Cilla|Prissy", "Prudence|Prue", "Quentin|Quent",
	"Rachael|Rach", "Rachel|Rach|Rae", "Raymond|Ray", "Rebekah|Becky|Becca", "Reginald|Reg|Reggie", "Rhiannon|Rhi",
	"Ricardo|Ricky|Rico", "Roderick|Rod|Roddy", "Rodney|Rod", "Roger|Rodge", "Ronald|Ron|Ronnie", "Rosalind|Ros|Roz",
	"Rosanna|Rosie", "Rosemarie|Rosie|Rose", "Rowena|Rowie", "Roxanne|Roxy", "Russell|Russ", "Sabrina|Brina",
	"Sandra|Sandy", "Savannah|Sav", "Scarlett|Scar|Lettie", "Sebastian|Seb|Bas", "Sharon|Shaz|Shaza", "Shirley|Shirl",
	"Silvester|Sly", "Solomon|Sol", "Sophia|Sophie|Soph", "Stephanie|Steph|Stevie", "Steven|Steve|Ste", "Stuart|Stu",
	"Stewart|Stew", "Susanna|Sue|Suzy", "Susannah|Sue|Suzy", "Suzanne|Sue|Suzy", "Sylvia|Syl", "Tabitha|Tabby",
	"Tamsin|Tam", "Tanya|Tan", "Teresa|Terri|Tess", "Terrence|Terry|Tel", "Thaddeus|Tad", "Theodora|Dora|Theo|Thea",
	"Theresa|Tess|Terri", "Timothy|Tim|Timmy", "Tobias|Toby", "Trevor|Trev", "Valerie|Val", "Veronica|Ronnie|Vee",
	"Vincent|Vince|Vinny", "Violet|Vi", "Virginia|Ginny", "Vivienne|Viv", "Walter|Walt|Wally", "Wilfred|Wilf|Fred",
	"Winifred|Win|Winnie|Freda", "Xavier|Xav", "Yasmin|Yas|Jas", "Yolanda|Yoli", "Zachariah|Zac|Zach", "Zacharias|Zach",
	"Isaiah|Izzy", "Elijah|Eli", "Josiah|Joe", "Freya|Frey", "Ava-Grace|Ava", "Lily-Mae|Lily", "Amelia-Rose|Amelia|Millie",
	"Agnieszka|Aga", "Barbara|Basia", "Bartłomiej|Bartek", "Bartosz|Bartek", "Ewa|Ewka", "Elżbieta|Ela", "Grzegorz|Grzesiek|Greg",
	"Małgorzata|Gosia|Margaret", "Maria|Marysia", "Mirosław|Mirek", "Monika|Monia", "Natalia|Nat|Natka", "Paulina|Paula",
	"Sebastian|Seba", "Zofia|Zosia", "Zbigniew|Zbyszek", "Dominika|Domi", "Kacper|Kacperek", "Dawid|Dawidek",
	"Ana|Anita", "Daniela|Dana", "Ecaterina|Cati", "Nicolae|Nicu", "Constantin|Costel", "Dumitru|Mitică", "Francisco|Chico",
	"Yohannes|Yonas|Johnny", "Gebremariam|Gebre", "Tewodros|Teddy", "Solomon|Sol", "Abdullahi|Abdi", "Abdirahman|Abdi",
	"Khadija|Kady", "Fatima|Fati", "Youssef|Joe|Youss", "Hussein|Hus", "Ibrahim|Ibby|Ibi", "Ismail|Izzy", "Suleiman|Suli",
	"Balwinder|Bal", "Gurpreet|Gurp|Gary", "Harjinder|Harj", "Kulwinder|Kul", "Manjit|Manj", "Rajesh|Raj", "Sukhwinder|Sukh",
};

const struct corpus_list corpus_words_short_forms = LIST(short_forms);
