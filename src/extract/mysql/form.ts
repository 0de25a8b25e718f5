/** How its addresses are written. */
export const form = { schemes: ["mysql", "mariadb"], port: 3306 };
