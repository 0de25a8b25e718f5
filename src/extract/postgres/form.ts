/** How its addresses are written. */
export const form = { schemes: ["postgres", "postgresql"], port: 5432 };
