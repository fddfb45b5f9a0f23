export { httpActionGeneric as httpAction } from "convex/server";
