/** What people and things of the shop are called. Some of it is hard on purpose: other scripts, quotes, what spreadsheets change. */
export const givenNames = [
  "Ada",
  "Björn",
  "Chloé",
  "Dmitri",
  "Éva",
  "Fatima",
  "Grażyna",
  "Hana",
  "Íñigo",
  "Jürgen",
  "Kofi",
  "Łukasz",
  "Mei",
  "Noor",
  "Oğuz",
  "Priya",
  "Rosa",
  "Siân",
  "Thị",
  "Yuki",
] as const;

export const familyNames = [
  "Alvarez",
  "Brand",
  "Çelik",
  "D'Angelo",
  "Eriksen",
  "Fischer",
  "García",
  "Hughes",
  "Ivanova",
  "Jansen",
  "Kowalski",
  "Null",
  "Müller",
  "Nguyễn",
  "O'Brien",
  "Petrović",
  "Sørensen",
  "Tanaka",
  "Void",
  "Žižek",
] as const;

/** Street, city and postal code that belong together. */
export const places = [
  ["Bahnhofstraße", "Köln", "50667"],
  ["Rue de Vesle", "Reims", "51100"],
  ["Calle Mayor", "Logroño", "26001"],
  ["Main Street", "Springfield", "01103"],
  ["Storgatan", "Malmö", "211 42"],
  ["High Street", "Bath", "BA1 1AA"],
  ["ul. Długa", "Gdańsk", "80-831"],
  ["Via Roma", "Torino", "10121"],
  ["Damrak", "Amsterdam", "1012 LG"],
  ["Rua Augusta", "Lisboa", "1100-053"],
] as const;

export const goods = ["Lamp", "Chair", "Desk", "Shelf", "Clock", "Vase", "Rug", "Mirror", "Stool", "Tray"] as const;
export const looks = ["oak", "walnut", 'brass, 12"', "„antik“", "white", "blue; matt", "steel", "glass"] as const;

export const comments = [
  "Leave at the door",
  "call first, please",
  'He said "tomorrow"',
  "Don't ring",
  "two lines\r\nGO\r\nof a comment",
  "naïve café — déjà vu",
  "100% refund; see $(invoice)",
  "=SUM(A1:A2)",
  "送り状を同封",
  "😀 thanks",
] as const;

export const statuses = ["new", "packed", "shipped", "invoiced", "cancelled"] as const;
export const methods = ["card", "transfer", "cash", "voucher"] as const;
