/** The tables of the generated shop: the types and keys that rescues stumble over, in small. */
export const shopDdl = `CREATE TABLE dbo.Employees (
  EmployeeID int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Employees PRIMARY KEY,
  ManagerID int NULL,
  Name nvarchar(80) NOT NULL,
  HiredOn date NOT NULL,
  Salary money NOT NULL,
  CONSTRAINT FK_Employees_Manager FOREIGN KEY (ManagerID) REFERENCES dbo.Employees (EmployeeID)
);

CREATE TABLE dbo.Customers (
  CustomerID int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Customers PRIMARY KEY,
  Code char(8) NOT NULL CONSTRAINT UQ_Customers_Code UNIQUE,
  Name nvarchar(80) NOT NULL,
  Email nvarchar(120) NOT NULL CONSTRAINT UQ_Customers_Email UNIQUE,
  Phone varchar(30) NULL,
  Street nvarchar(80) NOT NULL,
  City nvarchar(60) NOT NULL,
  PostalCode varchar(12) NOT NULL,
  CreditLimit money NOT NULL CONSTRAINT DF_Customers_CreditLimit DEFAULT (0),
  IsActive bit NOT NULL,
  RowGuid uniqueidentifier NOT NULL,
  ModifiedAt datetime NOT NULL
);

CREATE TABLE dbo.Products (
  ProductID int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Products PRIMARY KEY,
  Sku varchar(20) NOT NULL CONSTRAINT UQ_Products_Sku UNIQUE,
  Barcode varchar(20) NOT NULL,
  Name nvarchar(100) NOT NULL,
  Price decimal(19,4) NOT NULL CONSTRAINT CK_Products_Price CHECK (Price >= 0),
  Weight float NULL,
  Thumbnail varbinary(64) NULL,
  ModifiedAt datetime NOT NULL
);

CREATE TABLE dbo.Orders (
  OrderID int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Orders PRIMARY KEY,
  CustomerID int NOT NULL CONSTRAINT FK_Orders_Customers REFERENCES dbo.Customers (CustomerID),
  EmployeeID int NULL CONSTRAINT FK_Orders_Employees REFERENCES dbo.Employees (EmployeeID),
  OrderedAt datetime NOT NULL,
  ShippedAt datetime NULL,
  Status varchar(12) NOT NULL,
  Comment nvarchar(400) NULL,
  ModifiedAt datetime NOT NULL
);

CREATE TABLE dbo.OrderLines (
  OrderID int NOT NULL CONSTRAINT FK_OrderLines_Orders REFERENCES dbo.Orders (OrderID),
  LineNumber smallint NOT NULL,
  ProductID int NOT NULL CONSTRAINT FK_OrderLines_Products REFERENCES dbo.Products (ProductID),
  Quantity int NOT NULL,
  UnitPrice decimal(19,4) NOT NULL,
  Discount real NOT NULL,
  CONSTRAINT PK_OrderLines PRIMARY KEY (OrderID, LineNumber)
);

CREATE TABLE dbo.Payments (
  PaymentID bigint IDENTITY(1,1) NOT NULL CONSTRAINT PK_Payments PRIMARY KEY,
  OrderID int NOT NULL CONSTRAINT FK_Payments_Orders REFERENCES dbo.Orders (OrderID),
  Amount money NOT NULL,
  PaidAt datetime2(3) NOT NULL,
  Method varchar(12) NOT NULL,
  Reference varchar(40) NULL
);
`;
