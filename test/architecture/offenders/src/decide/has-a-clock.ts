export const now = () => Date.now() + Math.random();
export const later = () => setTimeout(() => process.env.HOME, 1);
